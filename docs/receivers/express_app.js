// Receives events with Express: verifies the raw body, answers at once, works afterwards, each event once.
const express = require("express");
const { Webhook } = require("standardwebhooks");

const KEPT = 10_000;
// One secret, or the new and the old one with a blank between them while you change it.
const SECRETS = process.env.HELLOBOOKS_WEBHOOK_SECRET.split(/\s+/).filter(Boolean).map((secret) => new Webhook(secret));
// A real receiver keeps these in a database: it writes id and body, the id unique, before it answers 2xx.
// Memory forgets them at a restart, and two processes do not share it.
const seen = new Set();
const waiting = [];
const handled = [];
let working = false;

const app = express();

// Raw, as it came: JSON that is parsed and written again is another text. No express.json() before this.
app.post("/hook", express.raw({ type: () => true, limit: "5mb" }), (request, response) => {
  const event = verified(request.body, request.headers);
  if (!event) return response.status(400).send("The signature does not fit, or its time is not now.\n");
  if (!seen.has(event.id)) {
    if (waiting.length >= KEPT) return response.status(503).send("Too much to do, please send it again.\n");
    waiting.push(event);
    seen.add(event.id);
    if (seen.size > KEPT) seen.delete(seen.values().next().value);
    if (!working) setImmediate(work);
    working = true;
  }
  response.status(204).end();
});

function verified(body, headers) {
  for (const secret of SECRETS) {
    try {
      return { topic: null, ...secret.verify(body, headers), id: headers["webhook-id"] };
    } catch {
      continue; // a garbled header throws other errors than the library's own
    }
  }
}

async function handle(event) {
  // Your work. Take the topics and members that you know, and let the others be: new ones come.
  handled.push(event.id);
  if (handled.length > KEPT) handled.shift();
  console.log("handled", event.id, event.topic);
}

async function work() {
  for (let event = waiting.shift(); event; event = waiting.shift()) {
    await handle(event).catch((error) => console.error("failed", event.id, error));
  }
  working = false;
}

// What was handled: for trying this example, not for a real receiver.
app.get("/events", (request, response) => response.json(handled));

const server = app.listen(process.env.PORT ?? 3000, "127.0.0.1", (error) => {
  if (error) throw error;
  console.log(`Listening on http://127.0.0.1:${server.address().port}/hook`);
});
