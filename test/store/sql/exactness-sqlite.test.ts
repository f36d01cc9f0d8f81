import { sqliteDatabase } from "./_databases.ts";
import { describeExactness } from "./_exactness.ts";

// One process owns a file of SQLite's.
describeExactness(sqliteDatabase(), false);
