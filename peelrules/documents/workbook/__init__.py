"""Evidence as a workbook: what stands on which sheet, read and written.

| sheet | what stands on it |
|---|---|
| Guide | how the others are filled in; it is not read |
| Inspection | the force, the framework and the inspection, and where the outcome was published |
| Sources | the documents that findings are cited from |
| Findings | a row a finding, in the columns of `peelrules.documents.grid` |
| Published | what the inspectorate published, for comparison |
| Characteristics, Words | what the drop-downs offer; they are not read |
"""
