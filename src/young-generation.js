// Node lets the room for new objects grow to 64 MB, twice, and keeps it. What a request makes is gone soon, so a small
// room does as well, and a server takes half the memory. Its size can only be set where Node starts, so the server starts
// Node anew in its own place: the same process, 20 ms later.
const option = "--max-semi-space-size";
const megabytes = 16;

const isServer = process.argv[2] === "serve";
const isSet = [...process.execArgv, process.env["NODE_OPTIONS"] ?? ""].some((word) => word.includes("semi-space"));
// Windows has no such call, and a parent's channel would be lost.
const canStartAnew = process.execve !== undefined && process.platform !== "win32" && process.channel === undefined;

if (isServer && !isSet && canStartAnew) {
  const args = [`${option}=${megabytes}`, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, [process.execPath, ...args], process.env);
}
