"""The evidence that the tests of `edit` work on."""

from pathlib import Path

EVIDENCE = Path(__file__).parents[2] / "evidence/lancashire.yaml"
PUBLISHED = EVIDENCE.parent / "published/lancashire.yaml"
TEXT = """\
# Calls, coded by hand.
force: Anyshire Police
framework: peel-2021-22
sources:
  report: {title: An inspection, publisher: HMICFRS}   # not yet published
findings:

  # Calls

  - id: RES-01
    finding: Calls are answered quickly.
    bears_on: [responding.call-answering]
    direction: strength   # plainly
    strand: fieldwork
    source: {document: report, section: Responding, paragraph: 1}
  - id: RES-02
    finding: Of 20 calls audited, 9 had an assessment of risk.
    bears_on: [responding.risk-assessment]
    sample: {met: 9, of: 20}
    seriousness: serious
    state: open
    strand: victim service assessment
    source: {document: report, section: Responding, paragraph: 2}
"""
