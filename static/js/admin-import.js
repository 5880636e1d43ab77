// Forms of an import whose work takes a while (`data-status`: the address that says how far it is): they are sent in
// the background while a bar shows the progress, and then the page at `data-next` is opened. `data-start`: sent at once.
const EVERY = 700; // milliseconds between two questions

function bar(form) {
  const line = document.createElement("p");
  const progress = document.createElement("progress");
  const said = document.createElement("span");
  progress.setAttribute("aria-label", document.querySelector("h1")?.textContent ?? "");
  said.setAttribute("role", "status");
  line.append(progress, " ", said);
  form.append(line);
  return { progress, said };
}

async function ask(form, { progress, said }) {
  const answer = await fetch(form.dataset.status, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { working, done, total } = await answer.json();
  if (!working || !total) return;
  progress.max = total;
  progress.value = done;
  said.textContent = `${done} / ${total}`;
}

async function send(form) {
  const data = new FormData(form);
  const shown = bar(form);
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  const asking = setInterval(() => ask(form, shown).catch(() => {}), EVERY);
  try {
    await fetch(form.action, { method: "POST", body: data, redirect: "manual" });
  } finally {
    clearInterval(asking);
    location.assign(form.dataset.next);
  }
}

for (const form of document.querySelectorAll("form[data-status]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
  if ("start" in form.dataset) form.requestSubmit();
}
