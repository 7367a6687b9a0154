// Says how many values in the storage of the Durable Objects hold some words.
// Usage: node objects.mjs FOLDER WORDS, the folder being that of the objects in a stack's state.
//
// Read as the runtime reads it: what was deleted may still be on the disk, in pages that are free.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const [folder, words] = process.argv.slice(2);
const bytes = (value) => Buffer.from(value instanceof Uint8Array ? value : String(value));
let found = 0;
for (const file of readdirSync(folder, { recursive: true })) {
  if (!file.endsWith(".sqlite")) continue;
  const database = new DatabaseSync(join(folder, file), { readOnly: true });
  const tables = "SELECT name FROM sqlite_master WHERE type = 'table'";
  for (const { name } of database.prepare(tables).all()) {
    const rows = database.prepare(`SELECT * FROM "${name}"`);
    rows.setReadBigInts(true);
    for (const row of rows.all()) {
      found += Object.values(row).filter((value) => bytes(value).includes(words)).length;
    }
  }
  database.close();
}
console.log(found);
