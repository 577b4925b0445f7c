/** Numbers from the first to the last, both included. */
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

/**
 * Which of ImageNet's 1000 classes (by their index in the ILSVRC 2012 list) show what a class name says. Only words whose
 * classes are many enough, or near enough, to be a fair question: ImageNet knows no robots, toys, hats or books as such.
 */
const classesByWord: Readonly<Record<string, readonly number[]>> = {
  // Animals
  dog: from(151, 268),
  puppy: from(151, 268),
  cat: from(281, 285),
  kitten: from(281, 285),
  terrier: [...from(179, 193), 158, ...from(199, 203)],
  retriever: from(205, 209),
  spaniel: [152, 156, 215, ...from(217, 221)],
  poodle: from(265, 267),
  corgi: [263, 264],
  husky: [248, 249, 250],
  schnauzer: from(196, 198),
  shepherd: [225, 235],
  collie: from(230, 232),
  bulldog: [245],
  mastiff: [243, 244],
  beagle: [162],
  chihuahua: [151],
  pug: [254],
  boxer: [242],
  dalmatian: [251],
  pomeranian: [259],
  samoyed: [258],
  wolf: from(269, 271),
  fox: from(277, 280),
  lion: [291],
  tiger: [292],
  leopard: [288, 289],
  bear: from(294, 297),
  panda: [387, 388],
  rabbit: from(330, 332),
  bunny: from(330, 332),
  hamster: [333],
  'guinea pig': [338],
  ferret: [358, 359],
  squirrel: [335],
  horse: [339],
  pig: [341, 342],
  cow: [345],
  sheep: [348, 349],
  elephant: [101, 385, 386],
  monkey: from(370, 382),
  bird: [...from(7, 24), ...from(80, 100), ...from(127, 146)],
  parrot: from(87, 90),
  chicken: [7, 8],
  duck: [97, 98],
  owl: [24],
  penguin: [145],
  goldfish: [1],
  fish: [0, 1, ...from(389, 397)],
  frog: from(30, 32),
  turtle: from(33, 37),
  tortoise: [37],
  lizard: from(38, 48),
  snake: from(52, 68),
  // Clothes, and what is worn or carried
  shoe: [502, 514, 630, 770, 774],
  sneaker: [770],
  trainer: [770],
  'running shoe': [770],
  loafer: [630],
  sandal: [774],
  clog: [502],
  jeans: [608],
  suit: [834],
  sweatshirt: [841],
  hoodie: [841],
  't-shirt': [610],
  shirt: [610],
  cardigan: [474],
  kimono: [614],
  sock: [806],
  sunglasses: [836, 837],
  glasses: [836, 837],
  watch: [409, 531, 826],
  necklace: [679],
  backpack: [414],
  rucksack: [414],
  handbag: [748],
  purse: [748],
  wallet: [893],
  bag: [414, 636, 728, 748],
  umbrella: [879],
  helmet: [518, 560],
  // Things of the house
  teapot: [849],
  coffeepot: [505],
  mug: [504],
  cup: [504, 968],
  bowl: [659, 809],
  plate: [923],
  pitcher: [725],
  jug: [725, 899, 901],
  bottle: [440, 720, 737, 898, 907],
  vase: [883],
  flowerpot: [738],
  candle: [470],
  lamp: [619, 818, 846],
  clock: [409, 530, 892],
  chair: [423, 559, 765, 857],
  sofa: [831],
  couch: [831],
  desk: [526],
  table: [526, 532],
  bookcase: [453],
  pillow: [721],
  cushion: [721],
  'teddy bear': [850],
  teddy: [850],
  toaster: [859],
  refrigerator: [760],
  perfume: [711],
  lipstick: [629],
  lotion: [631, 838],
  basket: [588, 790],
  bucket: [463],
  // Machines
  laptop: [620, 681],
  keyboard: [508, 878],
  computer: [508, 527, 590, 620, 681],
  phone: [487, 528, 707],
  smartphone: [487],
  camera: [732, 759],
  television: [664, 851],
  loudspeaker: [632],
  microphone: [650],
  drill: [740],
  car: [436, 468, 511, 573, 609, 627, 656, 661, 751, 817],
  truck: [555, 569, 675, 717, 864, 867],
  van: [654, 656, 675, 734],
  bus: [654, 779, 874],
  bicycle: [444, 671],
  bike: [444, 671],
  scooter: [665, 670],
  motorcycle: [665, 670],
  tractor: [866],
  train: [466, 547, 820],
  airplane: [404, 895],
  boat: [472, 554, 576, 625, 814, 914],
  // Instruments and sport
  guitar: [402, 546],
  violin: [889],
  piano: [579, 881],
  drum: [541],
  saxophone: [776],
  ball: [429, 430, 522, 574, 722, 768, 805, 852, 890],
  racket: [752],
  // Food
  pizza: [963],
  burger: [933],
  hamburger: [933],
  bagel: [931],
  'ice cream': [928],
  strawberry: [949],
  banana: [954],
  orange: [950],
  lemon: [951],
  pineapple: [953],
}

function known(words: string): readonly number[] | undefined {
  const found = Object.hasOwn(classesByWord, words) ? classesByWord[words] : undefined
  if (found !== undefined) return found
  const singular = words.replace(/(?:(?<=s|sh|ch|x)es|s)$/, '')
  return Object.hasOwn(classesByWord, singular) ? classesByWord[singular] : undefined
}

/**
 * Indices of the ImageNet classes that a subject's class name means: by all of its words, else by the last one, which in
 * English is the thing itself (`red running shoes` are shoes).
 *
 * @returns `undefined` where ImageNet has no class for it
 */
export function imageNetClasses(className: string): readonly number[] | undefined {
  const words = className.toLowerCase().trim().split(/\s+/)
  for (let first = 0; first < words.length; first++) {
    const found = known(words.slice(first).join(' '))
    if (found !== undefined) return found
  }
  return undefined
}

/** Places of the five greatest probabilities. */
export function topFive(probabilities: Float32Array): readonly number[] {
  return Array.from(probabilities.keys())
    .sort((one, other) => (probabilities[other] ?? 0) - (probabilities[one] ?? 0))
    .slice(0, 5)
}
