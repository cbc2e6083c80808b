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

// V8 accepts its compiled form only under the flags under which it was made.
v8.setFlagsFromString = () => undefined;

process.on('exit', () => {
  const folder = path.join(path.dirname(process.argv[1]), 'compiled', `${process.version}-${process.platform}-${process.arch}`);
  mkdirSync(folder, { recursive: true });
  for (const { filename, script } of scripts) {
    writeFileSync(path.join(folder, `${path.basename(filename)}.bin`), script.createCachedData());
  }
});
