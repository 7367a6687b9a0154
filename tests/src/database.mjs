// Drops every table of the local runtime's databases.
// Usage: node database.mjs FOLDER, the folder being that of D1 in a stack's state.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const folder = process.argv[2];
for (const file of readdirSync(folder, { recursive: true })) {
  if (!file.endsWith(".sqlite") || file.endsWith("metadata.sqlite")) continue;
  const database = new DatabaseSync(join(folder, file), { enableForeignKeyConstraints: false });
  const tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid DESC";
  for (const { name } of database.prepare(tables).all()) {
    if (name.startsWith("_cf_") || name.startsWith("sqlite_")) continue;
    // The tables of a full-text index go with the index.
    const there = database.prepare("SELECT 1 FROM sqlite_master WHERE name = ?").get(name);
    if (there) database.exec(`DROP TABLE "${name}"`);
    console.log(name);
  }
  database.close();
}
