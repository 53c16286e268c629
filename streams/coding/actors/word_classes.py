"""Closed classes of words that the rules ask for."""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NAME_PARTICLES: Final = _words(
    "de da do dos das del della di du van von der den ter la le bin ibn ben ould abu abdel abd al el st y -"
)
NAME_SUFFIXES: Final = _words("jr jr. sr sr. ii iii")
HONORIFICS: Final = _words("mr mr. mrs mrs. ms ms. dr dr. sir lord lady dame sheikh prof. rev.")
FORMER: Final = _words("former ex ousted deposed then late onetime exiled")
LESSER: Final = _words("deputy assistant junior shadow vice")
INDEFINITE: Final = _words("a an any no another each every next new future")
AT: Final = _words("in at near outside around across throughout")
WITHIN: Final = AT | _words("via through inside within into onto above beyond")
TOWARDS_OR_ABOUT: Final = _words("to from for of on over between toward towards")
TREATING_WITH: Final = _words("against with between by to on toward towards from for behind upon before")
MOTION: Final = _words(
    """
    travel fly go come arrive return head drive march walk sail move bring take transfer evacuate flee
    bus ship deport extradite visit trip flight journey road way tour route mile kilometre kilometer km
    north south east west leave depart send suburb outskirts city centre center embassy ambassador street
    mayor hotel airport"""
)
WILLS: Final = _words(
    """
    accusation admission aid anger apology appeal approval backing ban bid bloc call censure charge claim
    complaint concession condemnation consent criticism decision decree delegation demand denial diplomat
    envoy emissary fury government help initiative junta leadership note objection offer official opposition
    order overture plea pledge policy promise proposal protest rebuff rebuke refusal regime rejection reply
    request response retaliation sanction spokesman statement stance support threat ultimatum veto vow warning
    tariff embargo authority ruler cabinet"""
)
DONE_TO_PLACES: Final = _words(
    """
    visit leave reach enter tour bomb shell hit strike attack seize capture occupy storm besiege encircle
    rock shake target liberate retake recapture surround pound"""
)
PLACE_NOUNS: Final = _words(
    """station building base headquarters academy camp post car bus school house home village checkpoint
    compound district room quarter barracks court van truck vehicle uniform ground field year day week age"""
)
DIPLOMATS: Final = _words("ambassador envoy embassy consulate consul diplomat attache commissioner mission")
COUNTING: Final = _words(
    "least most more several many other some few two three all both dozens hundreds thousands year old"
)
COLLECTIVES: Final = _words(
    "police military army navy opposition crowd mob militia gang public media press team delegation family"
)
UNIQUE_OFFICES: Final = _words(
    """
    president prime-minister chancellor vice-president foreign-minister defence-minister finance-minister
    interior-minister justice-minister king queen crown-prince supreme-leader pope
    head-of-state head-of-government secretary-general director-general managing-director
    national-security-adviser military-chief"""
)
PROVISIONAL: Final = _words("acting interim transitional caretaker provisional de facto")
HOMES: Final = {"pope": "VAT", "pontiff": "VAT", "taoiseach": "IRL", "chancellor of the exchequer": "GBR"}
BODIES_OF_A_COUNTRY: Final = _words("Initiative Forum Chamber Syndicate Consortium")
NO_BODIES: Final = _words(
    """
    Accord Accords Act Agreement Airport Area Awards Bill Championship Championships Code Constitution
    Corridor Cup Deal District Expo Festival Flu Games Gulf Highway Index Islands Law Line Open Pact Prix
    Province Region Republic Sanctions Sea State States Strait Summit Syndrome Territory Time Tour Treaty
    Virus War Zone"""
)
