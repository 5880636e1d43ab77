"""Contrast by the formulas of WCAG 2.2, computed in the browser from what it draws."""

# A colour in words becomes its four numbers by drawing it; then the formulas of WCAG.
MEASURE = """
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
