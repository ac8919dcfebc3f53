"""A corpus of invented chat messages, the same for the same seed and number, and the cases of fixtures/search among them."""

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

CHATS = 50

WORDS = """bonjour bonsoir salut merci beaucoup svp oui non ok d'accord je tu il elle on nous vous ils le la les un une des de du au aux
et ou mais donc car pour avec sans dans sur sous chez par est sont suis es avez avons ont ai as a c'est j'ai t'as il y a qui que quoi
quand comment combien où pourquoi prix robe robes sac sacs bleue bleu rouge noir noire blanc verte taille petite grande belle beau jolie
commande commander commandé commandes livraison livrer livré livrée demain aujourd'hui hier semaine lundi mardi mercredi jeudi vendredi
samedi dimanche matin soir heure disponible dispo encore déjà toujours jamais peut-être photo photos envoyer envoie envoyé reçu recevoir
payer payé paiement acompte reste total boutique magasin marché adresse quartier maison bureau rendez-vous rdv tissu wax bazin pagne
couture couturier couturière retouche ourlet mesure mesures client cliente clients fête mariage baptême tabaski noël anniversaire cadeau
chaussure chaussures sandale bijou bijoux collier bracelet boucles parfum crème savon voile foulard chemise pantalon jupe veste boubou
promotion solde réduction remise échange échanger rembourser remboursement problème retard désolé urgence question réponse numéro
téléphone appel appeler message vocal écouter voir regarder aimer vouloir pouvoir faire prendre venir partir passer attendre trouver
nanga def jërëjëf waaw déedéet ñaata baax na xaalis jox ma thank you please order dress shipping fin courriel magasiner piasses""".split()

NAMES = "Awa Fatou Moussa Ousmane Khady Mariama Ibrahima Aminata Cheikh Ndèye Marie Julien Camille Léa Antoine Chloé Geneviève Luc".split()
FAMILIES = "Ndiaye Diop Fall Sarr Gueye Faye Diallo Martin Dubois Moreau Laurent Tremblay Gagnon Roy Côté Bouchard".split()
SYLLABLES = "ba be bi bo bu ca co da de di do fa fe fi ga go ja ka ke ki la le li lo ma me mi mo na ne ni no pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi za".split()

ME = "Awa Exemple"


@dataclass
class Message:
    chat: int
    time: datetime
    author: str
    text: str


@dataclass
class Case:
    id: str
    country: str
    text: str
    query: str
    expect: int


def cases(folder):
    found = []
    for table in ("cases.tsv", "more.tsv", "unseen.tsv"):
        for line in (Path(folder) / table).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                id, country, text, query, expect = line.split("\t")[:5]
                found.append(Case(f"{table[0]}{id}", country, text, query, int(expect)))
    return found


def chat_name(chat):
    return f"{NAMES[chat % len(NAMES)]} {FAMILIES[chat % len(FAMILIES)]} {chat + 1}"


def case_name(number):
    """Of letters that no case asks for."""
    return "Qz" + "".join("wjkxqzvy"[(number >> shift) & 7] for shift in (9, 6, 3, 0))


def messages(count, seed):
    """In order of chat and time."""
    source = random.Random(seed)
    tail = ["".join(source.choice(SYLLABLES) for _ in range(source.randint(2, 5))) for _ in range(max(2_000, count // 20))]
    weights = [1 / (rank + 3) for rank in range(len(WORDS))]
    common = source.choices(WORDS, weights, k=400_000)
    start = datetime(2018, 1, 1, 8)
    for chat in range(CHATS):
        own = count // CHATS + (chat < count % CHATS)
        time = start + timedelta(minutes=source.randint(0, 10_000))
        for _ in range(own):
            time += timedelta(minutes=source.randint(1, max(2, 2 * 3_000_000 // max(own, 1))))
            at, length = source.randrange(len(common) - 30), min(28, 1 + int(source.expovariate(1 / 9)))
            words = common[at : at + length]
            if source.random() < 0.3:
                words[source.randrange(len(words))] = source.choice(tail)
            if source.random() < 0.06:
                amount = source.randint(5, 400) * 500
                words.append(source.choice([f"{amount} F", f"{amount:,} FCFA".replace(",", " "), f"{amount // 1000}k", f"{amount}"]))
            if source.random() < 0.02:
                words.append(f"77 {source.randint(100, 999)} {source.randint(10, 99)} {source.randint(10, 99)}")
            author = ME if source.random() < 0.5 else chat_name(chat)
            yield Message(chat, time, author, " ".join(words))


def spoken(messages):
    """Words that are frequent, middling and rare in this corpus, for queries that find something."""
    counts = {}
    for text in messages:
        for word in set(re.findall(r"[a-z]{5,}", text)):
            counts[word] = counts.get(word, 0) + 1
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return ranked[3], ranked[60], ranked[len(ranked) // 3]
