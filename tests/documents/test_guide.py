from peelrules.documents.guide import load_guide
from peelrules.model.evidence import Finding
from peelrules.model.scales import Direction, Extent, Seriousness, State


def test_there_is_advice_for_every_field_of_a_finding():
    assert load_guide().fields.keys() == Finding.model_fields.keys()


def test_there_is_a_sentence_for_every_level_in_the_order_of_its_scale():
    scales = {"direction": Direction, "seriousness": Seriousness, "extent": Extent, "state": State}
    told = {name: list(advice.levels) for name, advice in load_guide().fields.items() if advice.levels}
    assert told == {name: [str(level) for level in scale] for name, scale in scales.items()}
