import { expect, test } from 'vitest';
import { maskSecrets } from '../../src/diagnostics/mask.ts';

test.each([
  ['- traefik.http.middlewares.a.basicauth.users=ann:$$apr1$$5iWkCj3b$$hSdGA8xi'],
  ['users: ["bob:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M="]'],
  ['      POSTGRES_PASSWORD: kong'],
  ['  - API_TOKEN=abcdef'],
  ['url: http://me:hunter2@host/x'],
  ['traefik.http.middlewares.h.headers.customrequestheaders.Authorization=Basic abcdef'],
])('hides the secret and keeps every place: %s', (line) => {
  const masked = maskSecrets(line);
  expect(masked).toHaveLength(line.length);
  expect(masked).toContain('***');
  for (const secret of ['5iWkCj3b', 'hSdGA8xi', 'qUqP5cyxm6YcTAhz05Hph5gvu9M', 'kong', 'abcdef', 'hunter2']) expect(masked).not.toContain(secret);
});

test.each(['- traefik.http.routers.web.rule=Host(`a.example.com`)', '  image: traefik:v3.7', '- --entrypoints.web.address=:80', 'password: ${DB_PASSWORD}'])('leaves the rest alone: %s', (line) => {
  expect(maskSecrets(line)).toBe(line);
});
