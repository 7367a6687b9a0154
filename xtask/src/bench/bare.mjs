// The measure: no token, no check, no record, no choice. PUT is there to have something to return.
export default {
  async fetch(request, { BUCKET }) {
    const key = decodeURIComponent(new URL(request.url).pathname.slice(1));
    if (request.method === "PUT") return new Response((await BUCKET.put(key, request.body)).key);
    const object = await BUCKET.get(key);
    if (object === null) return new Response(null, { status: 404 });
    return new Response(object.body, { headers: { "content-type": "application/octet-stream" } });
  },
};
