// Prints what the local runtime keeps of a bucket, one JSON object a line: every key with its
// size in bytes and its custom metadata, and the bytes of records under `bodies/` where these are more than metadata.
// Usage: node bucket.mjs FOLDER, the folder being that of R2 in a stack's state.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const folder = process.argv[2];
const databases = readdirSync(folder, { recursive: true }).filter(
  (file) => file.endsWith(".sqlite") && !file.endsWith("metadata.sqlite"),
);
const blobs = readdirSync(folder, { recursive: true }).filter((file) => file.includes("blobs/"));
for (const file of databases) {
  const database = new DatabaseSync(join(folder, file), { readOnly: true });
  // The runtime may be writing just now.
  database.exec("PRAGMA busy_timeout = 10000");
  const rows = database.prepare("SELECT key, blob_id, size, custom_metadata FROM _mf_objects").all();
  for (const { key, blob_id, size, custom_metadata } of rows) {
    const metadata = JSON.parse(custom_metadata);
    const said = { key, size, metadata };
    if (key.startsWith("bodies/") && metadata.form === "sliced" && metadata.body === undefined) {
      const blob = blobs.find((path) => path.endsWith(`/${blob_id}`));
      said.text = blob ? readFileSync(join(folder, blob), "utf8") : "";
    }
    console.log(JSON.stringify(said));
  }
  database.close();
}
