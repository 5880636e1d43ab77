// A list that follows its filters without a full reload. The server answers the same address with the same page; this
// swaps the list part of it. Without this script the filters are a form and every way is a link.
const SLOW = 400; // milliseconds until the reader is told that something is under way
const GIVE_UP = 15000;
const list = () => document.getElementById("list");
let running = null;
let shown = location.pathname + location.search;

/** The address that the form stands for, without what is empty or usual anyway. */
function asked(form) {
  const params = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const usual = form.elements[name]?.dataset?.usual;
    if (value.trim() && value !== usual) params.append(name, value);
  }
  const query = params.toString();
  return form.getAttribute("action") + (query ? `?${query}` : "");
}

/** A way to find the element again after the swap: its id, or what it sets or leads to. */
function mark(element) {
  if (!element || !list()?.contains(element)) return null;
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.name) return `[name="${CSS.escape(element.name)}"][value="${CSS.escape(element.value)}"]`;
  const choice = element.closest("[data-facet]");
  if (choice) return `[data-facet="${CSS.escape(choice.dataset.facet)}"][data-value="${CSS.escape(choice.dataset.value)}"] a`;
  if (element.matches("summary") && element.parentElement.id) return `#${CSS.escape(element.parentElement.id)} > summary`;
  return null;
}

function say(text) {
  document.getElementById("list-status").textContent = text;
}

/** The box stays the element that it is: the reader types into it, and suggestions may hang below it. */
function keepBox(old, fresh, retype) {
  const [kept, other] = [old, fresh].map((one) => one.querySelector("#field-q"));
  const [box, stated] = [kept, other].map((one) => one.querySelector("input"));
  if (retype || box !== document.activeElement) box.value = stated.value;
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (stated.hasAttribute(name)) box.setAttribute(name, stated.getAttribute(name));
    else box.removeAttribute(name);
  }
  const beside = (field) => [...field.children].filter((one) => !one.matches("label, .line, [role]"));
  for (const one of beside(kept)) one.remove();
  kept.append(...beside(other));
  for (const one of [...old.children]) if (one !== kept) one.remove();
  other.remove();
  old.className = fresh.className; // a table takes the whole width
  old.append(...fresh.children);
}

function swap(page, retype) {
  const here = list();
  const focus = mark(document.activeElement);
  const open = new Map([...here.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
  const scrolled = new Map([...here.querySelectorAll(".facet fieldset")].map((one) => [one.parentElement.id, one.scrollTop]));
  keepBox(here, document.adoptNode(page.getElementById("list")), retype);
  for (const one of here.querySelectorAll("details[id]")) if (open.has(one.id)) one.open = open.get(one.id);
  for (const one of here.querySelectorAll(".facet fieldset")) one.scrollTop = scrolled.get(one.parentElement.id) ?? 0;
  if (focus) (here.querySelector(focus) ?? here.querySelector(".summary"))?.focus({ preventScroll: true });
  document.title = page.title;
  for (const link of document.querySelectorAll("a[hreflang], link[hreflang]")) {
    const twin = page.querySelector(`${link.tagName}[hreflang="${link.hreflang}"]`);
    if (twin) link.href = twin.getAttribute("href");
  }
  say(here.querySelector(".summary").textContent.trim());
}

function fail(address) {
  const words = list().dataset;
  say(words.failed);
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.id = "list-failed";
  const again = document.createElement("a");
  again.href = address;
  again.textContent = words.again;
  notice.append(`${words.failed} `, again);
  document.getElementById("list-failed")?.remove();
  list().prepend(notice);
}

async function show(address, { push = true, top = false } = {}) {
  running?.abort("newer");
  const control = (running = new AbortController());
  const slow = setTimeout(() => { list().setAttribute("aria-busy", "true"); say(list().dataset.loading); }, SLOW);
  const late = setTimeout(() => control.abort("late"), GIVE_UP);
  try {
    const answer = await fetch(address, { signal: control.signal, headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.getElementById("list")) throw new Error("no list");
    if (push) history.pushState(null, "", address);
    shown = location.pathname + location.search;
    swap(page, !push);
    if (top) list().scrollIntoView();
  } catch (error) {
    if (control.signal.reason !== "newer") fail(address);
  } finally {
    clearTimeout(slow);
    clearTimeout(late);
    if (running === control) { running = null; list().removeAttribute("aria-busy"); }
  }
}

if (list()) {
  let typing;
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.id === "filters" && event.target.id !== "q") show(asked(form));
  });
  // The text that an input method has put together comes with no further input event in some browsers.
  for (const kind of ["input", "compositionend"]) document.addEventListener(kind, (event) => {
    if (event.target.id !== "q" || event.isComposing) return;
    clearTimeout(typing);
    typing = setTimeout(() => show(asked(event.target.form)), 500);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "filters") return;
    event.preventDefault();
    clearTimeout(typing);
    const filters = event.target.closest("details"); // beside the rows they have no button that opens them, and stay
    filters.open &&= getComputedStyle(filters.querySelector("summary")).display === "none";
    show(asked(event.target));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#list a");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.pathname !== location.pathname || link.origin !== location.origin || link.hasAttribute("download")) return;
    if (link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    show(link.pathname + link.search, { top: link.closest(".pager") !== null });
  });
  addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) show(location.href, { push: false });
  });
}
