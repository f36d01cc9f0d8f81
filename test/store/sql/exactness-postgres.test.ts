import { postgresDatabase } from "./_databases.ts";
import { describeExactness } from "./_exactness.ts";

describeExactness(postgresDatabase(), true);
