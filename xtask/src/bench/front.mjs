// All sides are reached by one hop of the same kind.
export default {
  fetch(request, env) {
    if (request.headers.has("x-bare")) return env.BARE.fetch(request);
    return (request.headers.has("x-unmetered") ? env.UNMETERED : env.EDGE).fetch(request);
  },
};
