// Pages: the form in its window, kept while it is typed, with the characters that are left.
import { post, shown } from "./room.js";

const dialog = document.getElementById("page");
const PATIENCE = 700;
let opener = null;
let keeping = 0;

export function showPage(html) {
  if (!dialog.open) opener = document.activeElement;
  dialog.innerHTML = html;
  if (!dialog.open) dialog.showModal();
  else dialog.querySelector("[autofocus]")?.focus();
  dialog.querySelectorAll("[data-most]").forEach(count);
}

/** A sentence at the head of the open form; false when none is open. */
export function showNotice(text) {
  if (!dialog.open) return false;
  dialog.querySelector("[role=alert]").textContent = text;
  dialog.querySelector(".page-body").scrollTop = 0;
  return true;
}

export function closePage() {
  if (dialog.open) dialog.close();
}

dialog.addEventListener("close", () => {
  dialog.replaceChildren();
  if (opener?.isConnected) opener.focus();
  else document.getElementById("say").focus();
});

dialog.addEventListener("cancel", () => keep(true));

dialog.addEventListener("click", (event) => {
  if (!event.target.closest("[data-close]")) return;
  keep(true);
  closePage();
});

dialog.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  clearTimeout(keeping);
  const again = await shown(await post(form.action, new FormData(form)));
  delete form.dataset.busy;
  return again;
});

dialog.addEventListener("input", (event) => {
  count(event.target);
  clearTimeout(keeping);
  keeping = setTimeout(keep, PATIENCE);
});

/** Keeps what was typed. `now`: the window closes, and it was typed a moment ago. */
async function keep(now = false) {
  const form = dialog.querySelector("form[data-draft]");
  if (!form || form.dataset.busy || (now === true && !keeping)) return;
  clearTimeout(keeping);
  keeping = 0;
  const response = await post(form.dataset.draft, new FormData(form));
  if (!response) return;
  const text = await response.text();
  if (response.ok) {
    const kept = form.querySelector("[data-kept]");
    if (kept.textContent !== text) kept.textContent = text;
  } else showNotice(text);
}

function count(box) {
  const most = Number(box.dataset?.most);
  const place = most && dialog.querySelector(`[data-left-of="${CSS.escape(box.id)}"]`);
  if (!place) return;
  const left = most - box.value.length;
  const few = left < Math.max(20, most / 10);
  place.textContent = few ? `${Math.abs(left)} ${left < 0 ? place.dataset.over : place.dataset.left}` : "";
  place.classList.toggle("warn", left < 0);
}
