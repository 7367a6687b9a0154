// The measure: no token, no check, no record, no choice. PUT is there to have something to return.
export default {
  async fetch(request, { BUCKET }) {
    const key = decodeURIComponent(new URL(request.url).pathname.slice(1));
    if (request.method === "PUT") {
      const httpMetadata = { contentType: "application/octet-stream" };
      return new Response((await BUCKET.put(key, request.body, { httpMetadata })).key);
    }
    const object = await BUCKET.get(key);
    if (object === null) return new Response(null, { status: 404 });
    const headers = new Headers({ etag: object.httpEtag });
    object.writeHttpMetadata(headers);
    return new Response(object.body, { headers });
  },
};
