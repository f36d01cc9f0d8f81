import { describeAccounting } from "./_accounting.ts";
import { postgresDatabase, sqliteDatabase } from "./_databases.ts";

describeAccounting(sqliteDatabase());
describeAccounting(postgresDatabase());
