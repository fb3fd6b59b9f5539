// The menu behind HTTP, as a carrier calls it: node serve.js PORT memory|files
'use strict';
const http = require('http');
const querystring = require('querystring');
const { makeMenu, tidyUp } = require('./menu');

const port = Number(process.argv[2]);

process.on('unhandledRejection', () => {}); // a request that fails is a reply that is missing
process.on('SIGTERM', () => tidyUp().finally(() => process.exit(0)));

makeMenu(process.argv[3]).then((menu) => {
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (part) => { body += part; });
    request.on('end', () => {
      const fields = querystring.parse(body);
      if (!fields.sessionId) return response.end('');
      const args = {
        phoneNumber: fields.phoneNumber,
        sessionId: fields.sessionId,
        serviceCode: fields.serviceCode,
        text: fields.text,
      };
      menu.run(args, (answer) => response.end(answer));
      return undefined;
    });
  });
  server.listen(port, '127.0.0.1');
});
