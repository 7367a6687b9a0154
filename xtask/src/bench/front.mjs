// Both sides are reached by one hop of the same kind.
export default {
  fetch(request, env) {
    return (request.headers.has("x-bare") ? env.BARE : env.EDGE).fetch(request);
  },
};
