"""What the tests measure in the browser, as script: contrast by the formulas of WCAG 2.2, and text that is cut off."""

# A colour in words becomes its four numbers by drawing it; then the formulas of WCAG.
CONTRAST = """
window.contrast = (() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const drawn = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const part = value => (value /= 255) <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
  const paper = element => { for (let e = element; e; e = e.parentElement) {
    const colour = drawn(getComputedStyle(e).backgroundColor); if (colour[3] === 255) return colour; }
    return [255, 255, 255, 255]; };
  const ratio = (one, other) => {
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x); return (a + .05) / (b + .05); };
  return {
    of: (colour, element) => ratio(drawn(colour), paper(element)),
    texts: () => { const found = []; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) { const e = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || !e.checkVisibility() || e.closest(".unseen, .skip, script")) continue;
        found.push([ratio(drawn(getComputedStyle(e).color), paper(e)), e.outerHTML.slice(0, 90)]); }
      return found; },
  };
})()
"""

# Elements whose text does not fit, as they begin; what scrolls by itself may be wider than it shows.
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(e => {
  const s = getComputedStyle(e);
  if (!e.checkVisibility() || e.closest('.unseen, .skip, .scroll, svg') || s.display === 'inline') return false;
  const wide = e.scrollWidth > e.clientWidth + 1, high = e.scrollHeight > e.clientHeight + 1;
  const shut = v => v === 'hidden' || v === 'clip';
  if ((wide && shut(s.overflowX)) || (high && shut(s.overflowY))) return true;
  return wide && s.overflowX === 'visible' && e.matches('button, a, label, summary, th, td, dt, dd, li, h1, h2, h3, p');
}).map(e => e.outerHTML.slice(0, 120))"""
