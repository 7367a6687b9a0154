// The edge as it is, with every operation on its bucket and every call of its Durable Objects
// counted on the way: what a push costs is what the operator pays for.
import Edge, * as objects from "../edge/shim.mjs";

const counts = new Map();

// `binding` with the calls of `names` counted; everything else as it is.
function counted(binding, kind, names) {
  return new Proxy(binding, {
    get(target, name) {
      const value = target[name];
      // The edge looks at the name of the binding's class.
      if (typeof value !== "function" || name === "constructor") return value;
      return (...given) => {
        if (names.includes(name)) {
          const key = `${kind} ${name}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        const result = value.apply(target, given);
        const isStub = kind === "object" && ["get", "getByName"].includes(name);
        return isStub ? counted(result, "object", ["fetch"]) : result;
      };
    },
  });
}

function counting(env) {
  const object = (name) => counted(env[name], "object", []);
  return {
    ...env,
    BUCKET: counted(env.BUCKET, "bucket", ["get", "head", "put", "list", "delete"]),
    UPLOAD_SESSION: object("UPLOAD_SESSION"),
    REPOSITORY: object("REPOSITORY"),
    BODIES: object("BODIES"),
    IMPORTS: object("IMPORTS"),
    ATTEMPTS: object("ATTEMPTS"),
    METER: object("METER"),
    NAMESPACE: object("NAMESPACE"),
    UPSTREAM: object("UPSTREAM"),
  };
}

export default class extends Edge {
  constructor(context, env) {
    super(context, counting(env));
  }

  fetch(request) {
    if (new URL(request.url).pathname !== "/bench-counts") return super.fetch(request);
    const answer = Response.json(Object.fromEntries(counts));
    counts.clear();
    return answer;
  }
}

const countsToo = (Class) =>
  class extends Class {
    constructor(context, env) {
      super(context, counting(env));
    }
  };

export const Attempts = countsToo(objects.Attempts);
export const Bodies = countsToo(objects.Bodies);
export const Fill = countsToo(objects.Fill);
export const Import = countsToo(objects.Import);
export const Meter = countsToo(objects.Meter);
export const Namespace = countsToo(objects.Namespace);
export const Repository = countsToo(objects.Repository);
export const UploadSession = countsToo(objects.UploadSession);
export const Upstream = countsToo(objects.Upstream);
