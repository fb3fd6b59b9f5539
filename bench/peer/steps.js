// One step of the menu in memory, without HTTP, one person at a time: prints µs as JSON.
'use strict';
const { makeMenu } = require('./menu');

const TYPED = ['1', '1', '10001', '12', '1'];
const ROUNDS = 2000;

makeMenu('memory').then(async (menu) => {
  const taken = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let count = 0; count <= TYPED.length; count += 1) {
      const args = {
        phoneNumber: '+2290197000001',
        sessionId: `s${round}`,
        serviceCode: '*384*55#',
        text: TYPED.slice(0, count).join('*'),
      };
      const began = process.hrtime.bigint();
      await menu.run(args, () => {});
      const took = Number(process.hrtime.bigint() - began) / 1000;
      if (round >= ROUNDS / 10) taken.push(took);
    }
  }
  taken.sort((a, b) => a - b);
  const at = (share) => taken[Math.floor(taken.length * share)];
  console.log(JSON.stringify({ p50: at(0.5), p99: at(0.99) }));
});
