"""What the tests measure in the browser, as script: contrast by the formulas of WCAG 2.2, and text that is cut off."""

# Marks of pictures: each with the look that is seen best, its fill or its edge, against all that it lies on; parts of a
# bar against their neighbours too, unless lines in one of them tell them apart; and what a colour says of a cell.
MARKS = """
  const edge = s => s.stroke !== "none" && parseFloat(s.strokeWidth) >= 1 ? [s.stroke] : [];
  const filling = e => { const id = getComputedStyle(e).fill.match(/url\\("#(.+)"\\)/)?.[1];
    return id ? document.querySelector(`#${CSS.escape(id)} rect`) : e; };
  const fill = e => getComputedStyle(filling(e)).fill, stroke = e => getComputedStyle(e).stroke;
  const looks = e => { const s = getComputedStyle(filling(e)); return [s.fill, ...edge(s)].filter(o => o !== "none"); };
  const best = (own, paper) => Math.max(...own.map(one => ratio(drawn(one), paper)));
  const marks = () => {
    const found = [], note = (ratio, e) => found.push([ratio, e.outerHTML.slice(0, 90)]);
    const add = (e, own, papers) => note(Math.min(...papers.map(paper => best(own, paper))), e);
    const all = selector =>
      [...document.querySelectorAll(selector)].filter(e => e.checkVisibility() && !e.closest("defs"));
    for (const e of all(".drawing rect:not(.hit)")) {
      add(e, looks(e), [paper(e)]);
      const next = e.nextElementSibling, lines = [e, next].filter(one => one?.matches(".textured"));
      if (next?.matches("rect")) {
        if (fill(e) === fill(next)) note(1, e);
        else if (lines.length)
          for (const one of lines) add(one, [stroke(filling(one).nextElementSibling)], [drawn(fill(one))]);
        else add(e, looks(e), [drawn(fill(next))]);
      }
    }
    for (const e of all(".drawing .axis")) add(e, edge(getComputedStyle(e)), [paper(e)]);
    for (const e of all(".map .area")) {
      const land = e.closest("svg").querySelector(".land");
      add(e, looks(e), [paper(e), ...land ? [drawn(getComputedStyle(land).fill)] : []]);
    }
    for (const e of all(".map .body")) {
      const ring = stroke(e.parentElement.querySelector(".edge")), core = e.parentElement.querySelector(".core");
      add(e, [stroke(e)], [ring === "none" ? paper(e) : drawn(ring)]);
      if (core) add(core, [stroke(core)], [drawn(stroke(e))]);
    }
    for (const e of all(".map .gathered")) {
      const below = [".land", ".area"].map(one => drawn(fill(e.closest("svg").querySelector(one))));
      add(e, [stroke(e)], [paper(e), ...below]);
    }
    for (const e of all(".grid :is(.some, .many, .low)")) {
      const s = getComputedStyle(e), line = s.boxShadow.match(/^(?:rgb|color|oklch)\\([^)]*\\)/)?.[0];
      add(e, [s.backgroundColor, ...line ? [line] : []], [paper(e.parentElement)]);
    }
    return found;
  };
"""

# A colour in words becomes its four numbers by drawing it; then the formulas of WCAG.
CONTRAST = (
    """
window.contrast = (() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true}), known = new Map();
  const draw = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const drawn = colour => { if (!known.has(colour)) known.set(colour, draw(colour)); return known.get(colour); };
  const part = value => (value /= 255) <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
  const paper = element => { for (let e = element; e; e = e.parentElement) {
    const colour = drawn(getComputedStyle(e).backgroundColor); if (colour[3] === 255) return colour; }
    return [255, 255, 255, 255]; };
  const ratio = (one, other) => {
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x); return (a + .05) / (b + .05); };
"""
    + MARKS
    + """
  return {
    marks,
    of: (colour, element) => ratio(drawn(colour), paper(element)),
    texts: () => { const found = []; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) { const e = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || !e.checkVisibility() || e.closest(".unseen, .skip, script")) continue;
        found.push([ratio(drawn(getComputedStyle(e).color), paper(e)), e.outerHTML.slice(0, 90)]); }
      return found; },
  };
})()
"""
)

# Elements whose text does not fit, as they begin; what scrolls by itself may be wider than it shows.
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(e => {
  const s = getComputedStyle(e);
  if (!e.checkVisibility() || e.closest('.unseen, .skip, .scroll, svg') || s.display === 'inline') return false;
  const wide = e.scrollWidth > e.clientWidth + 1, high = e.scrollHeight > e.clientHeight + 1;
  const shut = v => v === 'hidden' || v === 'clip';
  if ((wide && shut(s.overflowX)) || (high && shut(s.overflowY))) return true;
  return wide && s.overflowX === 'visible' && e.matches('button, a, label, summary, th, td, dt, dd, li, h1, h2, h3, p');
}).map(e => e.outerHTML.slice(0, 120))"""
