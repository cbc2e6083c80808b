// Loaded before the command line while it is built: leaves V8's compiled form of each part beside it, when the command has ended.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';

const scripts = [];
const { Script } = vm;

vm.Script = class extends Script {
  constructor(code, options) {
    super(code, options);
    scripts.push({ filename: options.filename, script: this });
  }
};

// V8 accepts its compiled form only under the flags under which it was made: those that a short run sets before it loads
// anything hold for all parts, those that a command sets later for none.
let isShort = false;
const { setFlagsFromString } = v8;
v8.setFlagsFromString = (flag) => {
  if (scripts.length > 0) return;
  isShort = true;
  setFlagsFromString(flag);
};

process.on('exit', () => {
  const folder = path.join(path.dirname(process.argv[1]), 'compiled', `${process.version}-${process.platform}-${process.arch}${isShort ? '-short' : ''}`);
  mkdirSync(folder, { recursive: true });
  for (const { filename, script } of scripts) {
    writeFileSync(path.join(folder, `${path.basename(filename)}.bin`), script.createCachedData());
  }
});
