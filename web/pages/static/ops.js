// Keeps the page fresh; without it the page is whole, and loads itself anew now and then.
"use strict";

const EVERY_MS = 4000;

// Somebody who reads with the keyboard, has opened something or selects text is not to be disturbed.
function isInUse(live) {
  const selected = document.getSelection();
  return document.hidden || live.contains(document.activeElement)
    || live.querySelector("details[open]") || (selected && !selected.isCollapsed);
}

async function refresh() {
  const live = document.getElementById("live");
  if (isInUse(live)) return;
  const answer = await fetch("/ops", { credentials: "same-origin", cache: "no-store" });
  if (answer.redirected) location.assign(answer.url); // the login is over
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("live");
  if (!fresh || isInUse(live)) return;
  const scrolled = [...live.querySelectorAll(".rows")].map((rows) => rows.scrollTop);
  live.replaceChildren(...fresh.children);
  live.querySelectorAll(".rows").forEach((rows, n) => { rows.scrollTop = scrolled[n] || 0; });
}

setInterval(() => { refresh().catch(() => {}); }, EVERY_MS);
if (location.search) history.replaceState(null, "", location.pathname); // what was told is told once
