"""How a stack is to be aligned, as a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from temstack.errors import SettingError
from temstack.stack import pixel_size
from temstack.viewer.models import align_settings as words
from temstack.viewer.models.align_settings import typed_region
from temstack.viewer.models.aligning import Aligning
from temstack.viewer.models.regions import region_box


class SettingsForm(QScrollArea):
    """The settings of an alignment; each change is taken at once."""

    def __init__(self, aligning: Aligning) -> None:
        super().__init__()
        self.setObjectName("align settings")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._aligning = aligning
        self._lengths: list[tuple[QDoubleSpinBox, QLabel]] = []
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(4, 4, 10, 4)
        self._fill_filters()
        self._fill_area()
        self._fill_pairs()
        self._fill_applying()
        self._column.addStretch(1)
        self.setWidget(inside)
        self.setMinimumWidth(inside.minimumSizeHint().width() + 16)
        self.show_settings()

    def show_settings(self) -> None:
        """Bring what cannot be chosen now, and lengths in nm, up to date."""
        settings = self._aligning.settings
        self.reference.setEnabled(settings.estimator in ("path", "reference"))
        self.most_apart.setEnabled(settings.pairs == "near")
        self.prior.setEnabled(settings.estimator == "graph")
        self.prior_sigma.setEnabled(settings.estimator == "graph" and settings.prior != "none")
        self.fill_value.setEnabled(settings.edges == "fill")
        (_, width), units = pixel_size(self._aligning.stack)
        for box, label in self._lengths:
            is_known = units != "px" and box.value() > 0
            label.setText(f"= {box.value() * width:.3g} {units}" if is_known else "")

    def take_data(self) -> None:
        """Follow other data of the document."""
        last = self._aligning.n_planes - 1
        self.region.clear()
        self._complain("")
        for box in (self.reference, self.most_apart):
            box.setMaximum(max(last, 1))

    def _fill_filters(self) -> None:
        form = self._group("Filters before correlating")
        row = QHBoxLayout()
        row.addWidget(self._check("median", "Median 3×3", "Against single hot pixels and X-rays."))
        row.addWidget(self._check("sobel", "Sobel", "Edges instead of grey values."))
        form.addRow(row)
        stabilise = "Square root of the counts: the same noise in bright and dark areas."
        form.addRow(self._check("variance_stabilise", "Variance stabilising", stabilise))
        form.addRow("Gaussian", self._length("gaussian_px", 0.5, "off", "Blur with this standard deviation."))
        form.addRow(
            "Finest detail", self._length("finest_px", 1.0, "all", "Drop details finer than this: noise (band-pass).")
        )
        form.addRow(
            "Coarsest detail",
            self._length("coarsest_px", 10.0, "all", "Drop what is coarser: background, thickness (band-pass)."),
        )
        form.addRow("Borders fade", self._choice("window", words.WINDOWS, "How planes fade out towards their edges."))

    def _fill_area(self) -> None:
        form = self._group("Where to look")
        self.region = QLineEdit()
        self.region.setObjectName("align region")
        self.region.setPlaceholderText("whole plane, or top, left, bottom, right")
        self.region.setToolTip("Look only at this area, px; whole planes are aligned. Keeps burnt-in captions out.")
        self.region.editingFinished.connect(lambda: self._take_region(self.region.text()))
        take = QPushButton("From rectangle")
        take.setObjectName("region from rectangle")
        take.setToolTip("Take the region that is selected on the stack.")
        take.clicked.connect(lambda: self._region_from_stack())
        whole = QPushButton("Whole plane")
        whole.clicked.connect(lambda: self._take_region(""))
        row = QHBoxLayout()
        row.addWidget(take)
        row.addWidget(whole)
        self.problem = QLabel("")
        self.problem.setWordWrap(True)
        self.problem.setVisible(False)
        form.addRow(self.region)
        form.addRow(row)
        form.addRow(self.problem)

    def _fill_pairs(self) -> None:
        form = self._group("How drift follows from pairs")
        form.addRow(
            "Estimator",
            self._choice(
                "estimator",
                words.ESTIMATORS,
                "Graph: all pairs agree on one solution, refined together. The others are the classic ways.",
            ),
        )
        last = self._aligning.n_planes - 1
        self.reference = self._whole("reference", 0, last, "The plane that path and reference refer to.")
        form.addRow("Reference plane", self.reference)
        form.addRow("Pairs", self._choice("pairs", words.PAIRS, "Which pairs of planes are correlated."))
        self.most_apart = self._whole("most_apart", 1, last, "Only planes at most so many apart are compared.")
        form.addRow("At most apart", self.most_apart)
        form.addRow(
            "Largest shift",
            self._length("max_shift_px", 5.0, "0.4 of the field", "No two planes are further apart than this."),
        )
        tip = "Leave out pairs whose correlation maximum is lower."
        form.addRow("Least peak", self._number("threshold", 0.05, 0.99, "none", tip))
        self.prior = self._choice("prior", words.PRIORS, "What is known of the drift before looking.")
        form.addRow("Known before", self.prior)
        sigma = self._length("prior_sigma_px", 0.5, None, "How far a plane may be from that, one standard deviation.")
        self.prior_sigma = sigma
        form.addRow("Planes keep to it within", sigma)

    def _fill_applying(self) -> None:
        form = self._group("How it is applied")
        between = "How values between pixels are found; also for what is shown under Check."
        form.addRow("Between pixels", self._choice("interpolation", words.INTERPOLATIONS, between))
        form.addRow("Edges", self._choice("edges", words.EDGES, "Planes that moved do not cover the whole field."))
        self.fill_value = QDoubleSpinBox()
        self.fill_value.setRange(-1e9, 1e9)
        self.fill_value.setToolTip("Value of pixels that a plane did not see.")
        self.fill_value.valueChanged.connect(lambda value: self._take(fill_value=float(value)))
        form.addRow("Fill with", self.fill_value)

    # --- fields -----------------------------------------------------------------------------------

    def _group(self, title: str) -> QFormLayout:
        box = QGroupBox(title)
        form = QFormLayout(box)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setVerticalSpacing(5)
        self._column.addWidget(box)
        return form

    def _check(self, name: str, text: str, tip: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setObjectName(name)
        box.setToolTip(tip)
        box.setChecked(getattr(self._aligning.settings, name))
        box.toggled.connect(lambda is_on: self._take(**{name: is_on}))
        return box

    def _choice(self, name: str, choices: Mapping[str, str], tip: str) -> QComboBox:
        box = QComboBox()
        box.setObjectName(name)
        box.setToolTip(tip)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(14)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for value, text in choices.items():
            box.addItem(text, value)
            box.setItemData(box.count() - 1, text, Qt.ItemDataRole.ToolTipRole)
        box.setCurrentIndex(box.findData(getattr(self._aligning.settings, name)))
        box.currentIndexChanged.connect(lambda _: self._take(**{name: box.currentData()}))
        return box

    def _whole(self, name: str, lowest: int, highest: int, tip: str) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName(name)
        box.setRange(lowest, max(lowest, highest))
        box.setValue(getattr(self._aligning.settings, name))
        box.setToolTip(tip)
        box.setKeyboardTracking(False)
        box.valueChanged.connect(lambda value: self._take(**{name: int(value)}))
        return box

    def _number(self, name: str, step: float, highest: float, none: str | None, tip: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setObjectName(name)
        box.setRange(0.0 if none else 0.01, highest)
        box.setSingleStep(step)
        box.setDecimals(2)
        if none:
            box.setSpecialValueText(none)
        box.setValue(getattr(self._aligning.settings, name))
        box.setToolTip(tip)
        box.setKeyboardTracking(False)
        box.valueChanged.connect(lambda value: self._take(**{name: round(float(value), 6)}))
        return box

    def _length(self, name: str, step: float, none: str | None, tip: str) -> QWidget:
        box = self._number(name, step, 1e5, none, tip)
        box.setSuffix(" px")
        label = QLabel("")
        label.setMinimumWidth(70)
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(box, 1)
        layout.addWidget(label)
        self._lengths.append((box, label))
        return row

    # --- wishes -----------------------------------------------------------------------------------

    def _take(self, **changes: Any) -> None:
        self._aligning.settings = replace(self._aligning.settings, **changes)

    def _region_from_stack(self) -> None:
        stack = self._aligning.stack
        regions = self._aligning.document.regions
        chosen = regions.selected or next(iter(regions), None)
        box = region_box(chosen, (stack.sizes["y"], stack.sizes["x"]))
        if box is None:
            self._complain("Draw a rectangle on the stack first.")
            return
        self._take_region(", ".join(str(edge) for edge in box))

    def _take_region(self, text: str) -> None:
        stack = self._aligning.stack
        try:
            region = typed_region(text, (stack.sizes["y"], stack.sizes["x"]))
        except SettingError as error:
            self._complain(str(error))
            return
        self._complain("")
        self.region.setText("" if region is None else ", ".join(str(edge) for edge in region))
        self._take(region=region)

    def _complain(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
