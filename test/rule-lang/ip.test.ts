import { describe, expect, it } from 'vitest';
import { ipInRange, parseIp, parseIpRange } from '../../src/rule-lang/index.ts';

describe('addresses as Go reads them', () => {
  it.each([
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '::ffff:10.0.0.1', true],
    ['::ffff:10.0.0.0/104', '10.9.9.9', true],
    ['::/0', '10.0.0.1', false],
    ['0.0.0.0/0', '::1', false],
    ['0.0.0.0/0', '10.0.0.1', true],
    ['2001:db8::/32', '2001:db8:1::1', true],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['10.0.0.1/08', '10.3.0.1', true],
    ['::1', '::1', true],
  ])('%s holds %s: %s', (range, address, inside) => {
    const [parsedRange, ip] = [parseIpRange(range), parseIp(address)];
    expect(parsedRange !== undefined && ip !== undefined && ipInRange(ip, parsedRange)).toBe(inside);
  });
  it.each(['', '10.0.0', '10.0.0.256', '010.0.0.1', '10.0.0.1/33', '10.0.0.1/', '10.0.0.1/-1', '::g', ':::', '1::2::3', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8', 'fe80::1%eth0', '10.0.0.1 ', 'localhost', '1.2.3.4/1.2.3.4'])('refuses %j', (text) => {
    expect(parseIpRange(text)).toBeUndefined();
  });
});
