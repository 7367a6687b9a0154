// Runs a statement in the storage of every Durable Object of a class, while the runtime is down.
// Usage: node statement.mjs FOLDER CLASS STATEMENT; prints how many rows it changed.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const [folder, name, statement] = process.argv.slice(2);
let changed = 0;
for (const file of readdirSync(folder, { recursive: true })) {
  if (!file.endsWith(".sqlite") || !file.includes(`-${name}/`)) continue;
  const database = new DatabaseSync(join(folder, file));
  const table = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'parts'";
  if (database.prepare(table).all().length > 0) {
    changed += Number(database.prepare(statement).run().changes);
  }
  database.close();
}
console.log(changed);
