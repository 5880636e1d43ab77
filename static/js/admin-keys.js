// Keys of the admin: save, find, the next and the previous record of the list. The help of the page lists them; the one
// key that needs no Ctrl or Alt can be switched off there.
const OFF = "keys:single-off";

function stored() {
  try {
    return localStorage.getItem(OFF);
  } catch {
    return null; // the browser is told to keep nothing
  }
}

function writes(element) {
  return element.isContentEditable || element.matches("input, textarea, select, [role=combobox], [role=searchbox]");
}

/** To the box of the list; from a form to the list itself; from elsewhere to the names of all lists. */
function find() {
  const list = document.querySelector("[data-key=find]");
  const box = document.getElementById("searchbar") ?? (list ? null : document.getElementById("nav-filter"));
  list?.click();
  box?.focus();
  box?.select();
}

function keyed(event) {
  if (event.isComposing || event.defaultPrevented) {
    return;
  }
  const control = event.ctrlKey || event.metaKey;
  const ctrl = control && !event.altKey && !event.shiftKey;
  const alt = event.altKey && !control && !event.shiftKey;
  const { code } = event; // the place of the key: with Alt, some keyboards write another letter
  const save = document.querySelector("input[name=_continue]") ?? document.querySelector("input[name=_save]");
  if (ctrl && event.key.toLowerCase() === "s" && save) {
    event.preventDefault();
    save.click();
  } else if (ctrl && event.key.toLowerCase() === "k") {
    event.preventDefault();
    find();
  } else if (event.key === "/" && !control && !event.altKey && !stored() && !writes(event.target)) {
    event.preventDefault();
    find();
  } else if (alt && (code === "KeyN" || code === "KeyP")) {
    const link = document.querySelector(`[data-key=${code === "KeyN" ? "next" : "previous"}]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
  }
}

const box = document.getElementById("single-keys");
if (box) {
  box.closest("label").hidden = false;
  box.checked = !stored();
  box.addEventListener("change", () => {
    try {
      box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1");
    } catch {
      box.checked = true;
    }
  });
}
document.addEventListener("keydown", keyed);
if (location.hash === "#searchbar") {
  document.getElementById("searchbar")?.focus();
}
