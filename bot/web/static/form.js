// Pages: the form in its window, kept while it is typed, with the characters that are left.
import { inPlaceOf, post, refreshCards, shown } from "./room.js";

const dialog = document.getElementById("page");
const PATIENCE = 700;
let opener = null;
let region = document;
let keeping = 0;
let kept = Promise.resolve();

export function showPage(html) {
  if (!dialog.open) {
    opener = document.activeElement;
    region = opener.closest("#desk, #log") ?? document;
  }
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
  const now = opener?.isConnected ? opener : inPlaceOf(opener, region);
  (now ?? document.getElementById("say")).focus();
  kept.then(refreshCards);
});

dialog.addEventListener("cancel", leave);

dialog.addEventListener("click", (event) => {
  if (!event.target.closest("[data-close]")) return;
  leave();
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
  keeping = setTimeout(() => (kept = keep()), PATIENCE);
});

/** The window closes: what was typed a moment ago is kept as well. */
function leave() {
  if (keeping) kept = keep();
}

async function keep() {
  clearTimeout(keeping);
  keeping = 0;
  const form = dialog.querySelector("form[data-draft]");
  if (!form || form.dataset.busy) return;
  const response = await post(form.dataset.draft, new FormData(form));
  if (!response || !form.isConnected) return;
  const text = await response.text();
  if (!response.ok) showNotice(text);
  else if (form.querySelector("[data-kept]").textContent !== text) form.querySelector("[data-kept]").textContent = text;
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
