// Plain JavaScript that any Node can read: it must be able to say that the Node is too old.
const needed = 24;

if (Number.parseInt(process.versions.node, 10) < needed) {
  console.error(
    `specgate needs Node ${needed} or newer; this is ${process.versions.node}. \`npm ci\` installs one for npm's scripts.`,
  );
  process.exit(1);
}
