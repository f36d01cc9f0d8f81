import { postgresDatabase, sqliteDatabase } from "./_databases.ts";
import { describeRecords } from "./_records-contract.ts";

describeRecords(sqliteDatabase());
describeRecords(postgresDatabase());
