// Suggestions while typing, for boxes with `data-suggest`, the address that answers with options for what is typed:
// an editable combobox with manual selection, as ARIA 1.2 describes it. Without this script the box is part of a form.
const WAIT = 150; // milliseconds after the last key
const BOX = "input[data-suggest]";
let box = null; // the one that the rest is about
let list = null; // its open listbox
let active = null; // the option that the keys have reached
let waiting, running, pressed;

/** Make a combobox of it. A search field may not be one, so it becomes a text field that looks the same. */
function prepare(input) {
  input.type = "text";
  input.inputMode = input.enterKeyHint = "search";
  input.autocomplete = "off";
  input.role = "combobox";
  input.ariaAutoComplete = "list";
  input.ariaExpanded = "false";
  input.setAttribute("aria-controls", `${input.id}-suggestions`);
  const status = document.createElement("p");
  status.className = "unseen";
  status.role = "status";
  status.id = `${input.id}-said`;
  after(input, status);
}

function after(input, element) {
  (input.closest(".line") ?? input).after(element);
}

function say(text) {
  document.getElementById(`${box.id}-said`).textContent = text;
}

function reach(option) {
  if (active) active.ariaSelected = "false";
  active = option;
  if (!active) return box?.removeAttribute("aria-activedescendant");
  active.ariaSelected = "true";
  active.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", active.id);
}

/** Close the list; no answer that is still under way opens it. */
function close() {
  clearTimeout(waiting);
  running?.abort();
  running = null;
  if (!list) return;
  reach(null);
  list.remove();
  list = null;
  box.ariaExpanded = "false";
  say("");
}

function open(fresh, text) {
  reach(null);
  list?.remove();
  list = fresh;
  list.dataset.q = text;
  list.id = box.getAttribute("aria-controls");
  list.querySelectorAll("[role=option]").forEach((option, place) => { option.id = `${box.id}-option-${place}`; });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box
  after(box, list);
  box.ariaExpanded = "true";
  say(list.dataset.said);
}

async function ask(input) {
  running?.abort();
  const text = input.value.trim();
  if (!text || !navigator.onLine) return close();
  const control = (running = new AbortController());
  let fresh = null;
  try {
    const address = new URL(input.dataset.suggest, location.href);
    address.searchParams.set("q", text);
    const answer = await fetch(address, { signal: control.signal });
    const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
    fresh = page.querySelector("[role=listbox]");
  } catch { /* offline, or broken off: no list */ }
  if (control !== running) return;
  if (fresh && input === document.activeElement) open(document.adoptNode(fresh), text);
  else close();
}

function typed(event) {
  const input = event.target;
  if (!input.matches?.(BOX) || event.isComposing) return;
  if (box !== input) close();
  box = input;
  reach(null);
  clearTimeout(waiting);
  waiting = setTimeout(ask, WAIT, input);
}

function move(step) {
  const options = [...list.querySelectorAll("[role=option]")];
  const place = options.indexOf(active) + step;
  reach(options.at(active || step > 0 ? place % options.length : -1));
}

function keyed(event) {
  const input = event.target;
  if (!input.matches?.(BOX) || event.isComposing || event.ctrlKey || event.metaKey) return;
  const { key } = event;
  if (key === "ArrowDown" || key === "ArrowUp") {
    event.preventDefault();
    if (!list && key === "ArrowDown") ask((box = input));
    if (list?.dataset.q === input.value.trim()) move(key === "ArrowDown" ? 1 : -1);
  } else if (key === "Enter") {
    if (!active) return close();
    event.preventDefault();
    active.click();
  } else if (key === "Escape") {
    if (list) close();
    else if (input.value) {
      input.value = "";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    } else return;
    event.preventDefault();
  } else if (key === "Tab") {
    close();
  } else if (key === "Home" || key === "End" || key === "ArrowLeft" || key === "ArrowRight") {
    reach(null); // they move in the text
  }
}

document.querySelectorAll(BOX).forEach(prepare);
document.addEventListener("input", typed);
document.addEventListener("compositionend", typed);
document.addEventListener("keydown", keyed);
// A click closes the list when it has done its work: what it aims at must not move away before.
document.addEventListener("pointerdown", () => { pressed = true; });
document.addEventListener("pointercancel", () => { pressed = false; });
document.addEventListener("click", (event) => {
  pressed = false;
  if (event.target !== box) setTimeout(close);
});
document.addEventListener("focusout", (event) => { if (event.target === box && !pressed) close(); });
