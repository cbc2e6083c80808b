import build from '../../schemas/gateway.build.schema.json' with { type: 'json' };
import config from '../../schemas/gateway.config.schema.json' with { type: 'json' };
import demo from '../../schemas/gateway.demo.schema.json' with { type: 'json' };
import diff from '../../schemas/gateway.diff.schema.json' with { type: 'json' };
import discover from '../../schemas/gateway.discover.schema.json' with { type: 'json' };
import drift from '../../schemas/gateway.drift.schema.json' with { type: 'json' };
import error from '../../schemas/gateway.error.schema.json' with { type: 'json' };
import explain from '../../schemas/gateway.explain.schema.json' with { type: 'json' };
import gateway from '../../schemas/gateway.schema.json' with { type: 'json' };
import lint from '../../schemas/gateway.lint.schema.json' with { type: 'json' };
import manifest from '../../schemas/gateway.manifest.schema.json' with { type: 'json' };
import report from '../../schemas/gateway.report.schema.json' with { type: 'json' };
import rules from '../../schemas/gateway.rules.schema.json' with { type: 'json' };
import targets from '../../schemas/gateway.targets.schema.json' with { type: 'json' };
import test from '../../schemas/gateway.test.schema.json' with { type: 'json' };
import tests from '../../schemas/gateway.tests.schema.json' with { type: 'json' };

export interface PublishedSchema {
  readonly name: string;
  readonly schema: { readonly title: string };
}

/** The JSON Schemas (2020-12) that are published, by name. */
export const schemas: readonly PublishedSchema[] = Object.entries({ build, config, demo, diff, discover, drift, error, explain, gateway, lint, manifest, report, rules, targets, test, tests }).map(([name, schema]) => ({ name, schema }));
