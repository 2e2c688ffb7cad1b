"""What uploaded packages are written to. Pure."""

from core.labels import Labelled


class Standard(Labelled):
    SCORM_12 = "scorm_12", "SCORM 1.2"
    SCORM_2004 = "scorm_2004", "SCORM 2004"
    CMI5 = "cmi5", "cmi5（xAPI）"

    @property
    def is_scorm(self) -> bool:
        return self is not Standard.CMI5
