// What is typed into a form of the admin stays in this browser until it is saved: through an expired session, a closed
// tab, a killed browser. Each page that was opened has a draft of its own; the next page of the same record and person
// offers it. The server says by a cookie which drafts are saved. Logging out clears all.
const PREFIX = "draft:";
const KEPT = 7 * 24 * 60 * 60 * 1000;
const MOST = 30;
const LONGEST = 500_000; // characters of one draft

const keys = () => Object.keys(localStorage).filter(key => key.startsWith(PREFIX));

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function tidy() {
  if (document.querySelector('meta[name="drafts"][content="clear"]')) {
    keys().forEach(key => localStorage.removeItem(key));
  }
  const saved = document.cookie.match(/(?:^|; )saved=([0-9a-z.]+)/)?.[1].split(".") ?? [];
  const newest = keys().sort((one, other) => (read(other).at ?? 0) - (read(one).at ?? 0));
  newest.forEach((key, place) => {
    const old = !(read(key).at > Date.now() - KEPT);
    if (old || place >= MOST || saved.includes(key.split(":").at(-1))) {
      localStorage.removeItem(key);
    }
  });
  if (saved.length) {
    document.cookie = "saved=; max-age=0; path=/; samesite=lax";
  }
}

// What the form would send, without secrets, files and the rows that are only patterns.
function entered(form) {
  const secret = [...form.querySelectorAll("input[type=password]")].map(input => input.name);
  return [...new FormData(form)].filter(
    ([name, value]) =>
      typeof value === "string" && name !== "csrfmiddlewaretoken" && !secret.includes(name) && !name.includes("-__prefix__-"),
  );
}

// The server puts it into the form: it knows the names of what is chosen, and what was saved since.
function restore(form, draft) {
  const sent = document.createElement("form");
  sent.setAttribute("method", "post");
  sent.setAttribute("action", location.pathname + location.search);
  sent.hidden = true;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const [name, value] of [...draft.entered, ["csrfmiddlewaretoken", token], ["_look", "1"]]) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    sent.append(input);
  }
  document.body.append(sent);
  HTMLFormElement.prototype.submit.call(sent);
}

function offer(box, form, key) {
  const draft = read(key);
  const note = box.querySelector("template").content.cloneNode(true).firstElementChild;
  const time = note.querySelector("time");
  const at = new Date(draft.at);
  time.dateTime = at.toISOString();
  time.textContent = at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  note.querySelector(".changed").hidden = draft.version === form.querySelector("[name=_version]")?.value;
  note.querySelector(".restore").addEventListener("click", () => restore(form, draft));
  note.querySelector(".discard").addEventListener("click", () => {
    localStorage.removeItem(key);
    note.remove();
  });
  box.append(note);
}

function keep(box, form) {
  const number = form.querySelector("[name=_draft]");
  number.value ||= Date.now().toString(36) + Math.random().toString(36).slice(2, 8);
  const mine = `${PREFIX}${box.dataset.user}:${box.dataset.record}:`;
  const key = mine + number.value;
  const fresh = "fresh" in box.dataset;
  const blank = JSON.stringify(entered(form));
  let waiting = 0;

  function store() {
    clearTimeout(waiting);
    waiting = 0;
    const values = entered(form);
    const text = JSON.stringify(values);
    if (fresh && text === blank) {
      localStorage.removeItem(key);
    } else if (text.length <= LONGEST) {
      const draft = { at: Date.now(), version: form.querySelector("[name=_version]")?.value, entered: values };
      try {
        localStorage.setItem(key, JSON.stringify(draft));
      } catch {
        // The browser's room is full: the form still saves as ever.
      }
    }
  }

  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(store, 400);
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  document.addEventListener("formset:added", later);
  document.addEventListener("formset:removed", later);
  window.django?.jQuery?.(form).on("change", later); // choices of an autocomplete are told this way only
  addEventListener("pagehide", () => waiting && store());
  if (fresh) {
    keys().filter(other => other.startsWith(mine) && other !== key).forEach(other => offer(box, form, other));
  }
}

try {
  tidy();
  const box = document.getElementById("drafts");
  if (box) {
    keep(box, box.closest("form"));
  }
} catch (refusal) {
  if (refusal.name !== "SecurityError") {
    throw refusal; // else the browser is told to keep nothing
  }
}
