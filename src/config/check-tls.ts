import { checkFile } from "./check-file.ts";
import type { Routes } from "./config.ts";
import { type Inspection, mistakeAt, wasRemoved } from "./inspection.ts";
import type { Path } from "./mistakes.ts";

type Tls = Routes["providers"][string]["tls"];

const files = ["ca_file", "cert_file", "key_file"] as const;

/** The files are there, and a certificate comes with its key. */
export function checkTls(inspection: Inspection, path: Path, tls: Tls): void {
  for (const name of files) checkFile(inspection, [...path, name], tls?.[name]);
  checkPair(inspection, path, tls, "cert_file", "key_file");
  checkPair(inspection, path, tls, "key_file", "cert_file");
}

type Half = "cert_file" | "key_file";

function checkPair(inspection: Inspection, path: Path, tls: Tls, half: Half, other: Half): void {
  if (tls?.[half] === undefined || tls[other] !== undefined || wasRemoved(inspection, path, other)) return;
  mistakeAt(inspection, [...path, half], { message: `\`${half}\` needs \`${other}\` beside it`, at: "key" });
}
