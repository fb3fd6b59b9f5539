// The dialogue of six requests with ussd-menu-builder, as its README documents: one menu object, its
// states, its session handlers. `kept`: memory (README's example) or files (a backend of one's own).
'use strict';
const fs = require('fs').promises;
const os = require('os');
const path = require('path');
const UssdMenu = require('ussd-menu-builder');

// README, "Example using local memory for storage".
const sessions = {};
const memory = {
  start: (id, callback) => {
    if (!(id in sessions)) sessions[id] = {};
    callback();
  },
  end: (id, callback) => {
    delete sessions[id];
    callback();
  },
  set: (id, key, value, callback) => {
    sessions[id][key] = value;
    callback();
  },
  get: (id, key, callback) => callback(null, sessions[id][key]),
};

// README: "you're free to use whatever storage backend", by promises: one small file a session.
const folder = path.join(os.tmpdir(), `peer-${process.pid}`);
const fileOf = (id) => path.join(folder, encodeURIComponent(id));
const read = async (id) => {
  try {
    return JSON.parse(await fs.readFile(fileOf(id), 'utf8'));
  } catch (error) {
    return {};
  }
};
const files = {
  start: async (id) => fs.writeFile(fileOf(id), JSON.stringify(await read(id))),
  end: (id) => fs.rm(fileOf(id), { force: true }),
  set: async (id, key, value) => fs.writeFile(fileOf(id), JSON.stringify({ ...(await read(id)), [key]: value })),
  get: async (id, key) => (await read(id))[key],
};

exports.makeMenu = async (kept) => {
  if (kept === 'files') await fs.mkdir(folder, { recursive: true });
  const menu = new UssdMenu();
  menu.sessionConfig(kept === 'files' ? files : memory);
  menu.on('error', () => {});

  menu.startState({
    run: () => menu.con('Langue ?\n1 Français\n2 Tout le reste'),
    next: { 1: 'menu' },
  });
  menu.state('menu', {
    run: () => menu.con('Que voulez-vous faire ?\n1 Suivi de grossesse\n2 Quitter'),
    next: { 1: 'patient', 2: 'bye' },
  });
  menu.state('patient', {
    run: () => menu.con('Numéro de la patiente ?'),
    next: { '*^\\d{5}$': 'weeks' },
  });
  menu.state('weeks', {
    run: () => {
      menu.session.set('patient', menu.val).then(() => menu.con('Combien de semaines ?'));
    },
    next: { '*^\\d{1,2}$': 'right' },
  });
  menu.state('right', {
    run: () => {
      const weeks = menu.val;
      menu.session.get('patient').then((patient) => {
        menu.con(`Patiente ${patient}, ${weeks} semaines ?\n1 Oui\n2 Non`);
      });
    },
    next: { 1: 'thanks', 2: 'patient' },
  });
  menu.state('thanks', {
    run: () => {
      menu.session.get('patient').then((patient) => menu.end(`Merci. Patiente ${patient} inscrite.`));
    },
  });
  menu.state('bye', { run: () => menu.end('Au revoir.') });
  return menu;
};

exports.tidyUp = () => fs.rm(folder, { recursive: true, force: true });
