// Keeps the page fresh; without it the page is whole, and loads itself anew now and then.
"use strict";

const EVERY_MS = 4000;
const GIVE_UP_MS = 10000;
let seenAt = new Date();

// Somebody who reads with the keyboard, presses a button, has opened something or selects text is not to be disturbed.
function isInUse(live) {
  const selected = document.getSelection();
  return document.hidden || live.querySelector(":active, :focus-visible, details[open]")
    || (selected && !selected.isCollapsed);
}

async function refresh(live) {
  const signal = AbortSignal.timeout(GIVE_UP_MS);
  const answer = await fetch("/ops", { credentials: "same-origin", cache: "no-store", signal });
  if (answer.redirected) location.assign(answer.url); // the login is over
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("live");
  if (!fresh) throw new Error("This is another page");
  if (isInUse(live)) return;
  const scrolled = [...live.querySelectorAll(".rows")].map((rows) => rows.scrollTop);
  live.replaceChildren(...fresh.children);
  live.querySelectorAll(".rows").forEach((rows, n) => { rows.scrollTop = scrolled[n] || 0; });
  seenAt = new Date();
}

// Numbers that have stopped look like those of a quiet hour: say that they are old.
function tell(isOld) {
  const old = document.getElementById("old");
  old.querySelector("time").textContent = seenAt.toISOString().slice(11, 19);
  old.hidden = !isOld;
}

async function keepFresh() {
  const live = document.getElementById("live");
  if (!isInUse(live)) await refresh(live).then(() => tell(false), () => tell(true));
  setTimeout(keepFresh, EVERY_MS);
}

setTimeout(keepFresh, EVERY_MS);
if (location.search) history.replaceState(null, "", location.pathname); // what was told is told once
