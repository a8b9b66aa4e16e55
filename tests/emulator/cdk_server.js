// Becomes the CDK CLI for one command after the other, with everything loaded: a start takes a second of a processor,
// nearly all of it for reading the CLI's 16 MB of sources.
//
// What runs is the CLI's own entry, with the streams, environment and folder that it is given, until nothing is left to
// do, as when a process ends; then the exit code is told. Who asks ends the command by hanging up: this ends, too.

"use strict";

const fs = require("node:fs");
const net = require("node:net");

const [, , cdk, address] = process.argv;
const sources = fs.realpathSync(cdk);
// As in the CLI's program, which can only be required where it shall run at once.
process.setSourceMapsEnabled(true);
const { cli } = require(require.resolve("../lib", { paths: [require("node:path").dirname(sources)] }));

let caller;

const listening = net.createServer((connection) => {
  let text = "";
  connection.setEncoding("utf8");
  connection.on("data", (part) => {
    text += part;
    if (text.endsWith("\n")) run(connection, JSON.parse(text));
  });
  connection.on("error", () => {});
  connection.on("close", () => connection === caller && endWithAll());
});

function run(connection, { process: pid, folder, environment, arguments: given }) {
  caller = connection;
  // From here on the command alone keeps this process going; when it has nothing left to do, `beforeExit` says so.
  connection.unref();
  listening.unref();
  [1, 2].forEach((stream) => become(stream, `/proc/${pid}/fd/${stream}`));
  setEnvironment(environment);
  process.chdir(folder);
  process.argv = [process.argv[0], cdk, ...given];
  process.exitCode = undefined;
  cli();
}

// A command that is over tells how; one that leaves by `process.exit` takes this process along.
process.on("beforeExit", end);
process.on("exit", (exitCode) => {
  fs.rmSync(address, { force: true });
  end(exitCode);
});

// With what the command has started, as this has a process group of its own.
function endWithAll() {
  fs.rmSync(address, { force: true });
  process.kill(-process.pid, "SIGKILL");
}

function end(exitCode) {
  if (!caller) return;
  const ended = caller;
  caller = undefined;
  [1, 2].forEach((stream) => become(stream, "/dev/null"));
  for (const [event, had] of Object.entries(listeners())) {
    for (const listener of had) if (!idle.listeners[event]?.includes(listener)) process.off(event, listener);
  }
  setEnvironment(idle.environment);
  process.chdir(idle.folder);
  fs.writeSync(ended._handle.fd, `${exitCode}\n`);
  process.exitCode = undefined;
  ended.destroy();
  listening.ref();
}

// The lowest number that is free is the one that has just been closed.
function become(stream, path) {
  fs.closeSync(stream);
  fs.openSync(path, "a");
}

function setEnvironment(environment) {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
}

function listeners() {
  return Object.fromEntries(process.eventNames().map((event) => [event, process.listeners(event)]));
}

// Whoever started this holds the other end of its standard input.
process.stdin.on("end", () => process.exit()).resume();
process.stdin.unref();
listening.listen(address);
const idle = { folder: process.cwd(), environment: { ...process.env }, listeners: listeners() };
