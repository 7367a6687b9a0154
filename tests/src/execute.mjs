// Runs statements on the local runtime's database, or prints the first value of a SELECT.
// Usage: node execute.mjs FOLDER SQL, the folder being that of D1 in a stack's state.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const [folder, statements] = process.argv.slice(2);
const reads = statements.startsWith("SELECT");
for (const file of readdirSync(folder, { recursive: true })) {
  if (!file.endsWith(".sqlite") || file.endsWith("metadata.sqlite")) continue;
  const database = new DatabaseSync(join(folder, file), { readOnly: reads });
  if (reads) {
    console.log(Object.values(database.prepare(statements).get() ?? {})[0] ?? "");
  } else {
    database.exec(statements);
  }
  database.close();
}
