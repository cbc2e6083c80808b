// Long runs of the generated gateways: npm run conformance -- --gateways 5000 --seed 7 [--shrink 5] [--columns runtime,kong]
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { gateways: { type: 'string', default: '300' }, seed: { type: 'string', default: String(Math.floor(Date.now() / 86_400_000)) }, shrink: { type: 'string', default: '5' }, columns: { type: 'string' } } });
for (const [name, value] of Object.entries(values)) {
  if (name === 'columns' || /^\d+$/.test(value)) continue;
  console.error(`--${name} takes a number, not "${value}"`);
  process.exit(2);
}

console.error(`seed ${values.seed}, ${values.gateways} gateways`);
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', 'engines', 'test/engines/generated.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, CONFORMANCE_GATEWAYS: values.gateways, CONFORMANCE_SEED: values.seed, CONFORMANCE_SHRINK: values.shrink, ...(values.columns === undefined ? {} : { CONFORMANCE_COLUMNS: values.columns }) },
});
process.exitCode = status ?? 1;
