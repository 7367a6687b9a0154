// What the Workers runtime calls: the way from its classes to the bindings of the Rust module,
// and the way back from a panic.
//
// A panic in WebAssembly ends in a trap and leaves the module's memory as it was in the middle of
// something. The next call then finds a borrowed cell or half a write. So the whole memory is
// thrown away before the next call, and every Durable Object is made anew from its storage. Calls
// that were under way lived in the lost memory and can never be answered by it: they are refused
// at once, since nobody else would, and their clients would wait until the runtime gives up.

import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import * as bindings from "./worker/index.js";

// The module's own view of itself: its panic hook sets `criticalError`, and each start of it
// counts `instanceId` up.
const state = bindings.__worker_init_state();

// How to refuse each call under way.
const underWay = new Set();

class Lost extends Error {
  constructor() {
    super("the module was reset while this call was under way");
  }
}

// A trap that nobody awaits, such as one in a later turn of an async function, comes up here.
addEventListener("error", (event) => {
  if (event.error instanceof WebAssembly.RuntimeError) trapped();
});
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof WebAssembly.RuntimeError) trapped();
});

function trapped() {
  state.criticalError = true;
  for (const refuse of underWay) refuse(new Lost());
  underWay.clear();
}

function recover() {
  if (!state.criticalError) return;
  console.warn("starting the module anew after a panic");
  bindings.__wbg_reset_state();
  state.criticalError = false;
}

// Calls into the module, with its memory whole at the start, and with an end.
async function enter(call) {
  recover();
  let refuse;
  const lost = new Promise((_, reject) => (refuse = reject));
  underWay.add(refuse);
  try {
    return await Promise.race([call(), lost]);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) trapped();
    throw error;
  } finally {
    underWay.delete(refuse);
  }
}

class Entrypoint extends WorkerEntrypoint {}

// Without this, the runtime would answer a lost call with a page of its own.
Entrypoint.prototype.fetch = async function fetch(request) {
  try {
    return await enter(() => bindings.fetch(request, this.env, this.ctx));
  } catch (error) {
    const id = request.headers.get("x-request-id") ?? crypto.randomUUID();
    const failure = `no answer from the module: ${error}`;
    console.error(JSON.stringify({ request_id: id, failure }));
    const said = {
      code: "INTERNAL_ERROR",
      message: "something failed here; it has been noted",
      detail: { request_id: id },
    };
    const headers = { "cache-control": "no-store", "x-request-id": id };
    return Response.json({ errors: [said] }, { status: 500, headers });
  }
};

for (const event of ["scheduled", "queue", "email"]) {
  if (!bindings[event]) continue;
  Entrypoint.prototype[event] = function (argument) {
    return enter(() => bindings[event](argument, this.env, this.ctx));
  };
}

export default Entrypoint;

// The runtime's class for a Rust one. The runtime keeps its instances across a reset, so the
// Rust instance inside is made when it is needed, and again when the module is another one.
function durableObject(name) {
  const inner = Symbol(name);
  const madeBy = Symbol("instance");

  class Shell extends DurableObject {
    rust() {
      if (this[madeBy] !== state.instanceId) {
        this[inner] = new bindings[name](this.ctx, this.env);
        this[madeBy] = state.instanceId;
      }
      return this[inner];
    }
  }

  const methods = ["fetch", "alarm", "webSocketMessage", "webSocketClose", "webSocketError"];
  for (const method of methods) {
    if (!bindings[name].prototype[method]) continue;
    Shell.prototype[method] = function (...given) {
      return enter(() => this.rust()[method](...given));
    };
  }
  return Shell;
}

