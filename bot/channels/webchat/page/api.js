// The page's only way to the server: JSON calls and the stream of events.

import { word } from "./words.js";

/** An error whose message may be shown as it is. */
export class Failure extends Error {}

export async function call(path, body) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Failure(word(body === undefined ? "offline_load" : "offline"));
  }
  let data = null;
  try {
    data = await answer.json();
  } catch { /* not JSON: told by its status below */ }
  if (!answer.ok || data === null) {
    throw new Failure(data?.error ?? word("failed", { status: answer.status }));
  }
  return data;
}

/** Opens the stream of what happens after a message; `on.lost` is called once when it breaks. */
export function listen(after, on) {
  const stream = new EventSource(`/web/stream?after=${after}`);
  stream.addEventListener("open", () => on.open());
  stream.addEventListener("message", (event) => on.message(JSON.parse(event.data)));
  stream.addEventListener("clock", (event) => on.clock(JSON.parse(event.data)));
  stream.addEventListener("people", () => on.people());
  stream.addEventListener("error", () => {
    // A restarted server may count from one again, so the page starts over instead of
    // letting the browser resume from an id that no longer means anything.
    stream.close();
    on.lost();
  });
  return stream;
}
