//! What projects can be made from.

use serde::Serialize;
use utoipa::ToSchema;

/// One template of `GET /api/v1/templates`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TemplateView {
    /// What `template_id` takes.
    pub id: String,
    /// For people.
    pub name: String,
    /// For people.
    pub description: String,
}

/// The answer to `GET /api/v1/templates`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TemplateList {
    /// By id.
    pub templates: Vec<TemplateView>,
}

/// The answer to `GET /api/v1/templates/{id}/schema` and `GET /api/v1/projects/{id}/schema`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TemplateSchema {
    /// What `template_id` takes.
    pub id: String,
    /// The same value.
    pub template_id: String,
    /// Its version: of the file as it is now or, of a project, the one that it pinned.
    pub version: String,
    /// For people.
    pub name: String,
    /// For people.
    pub description: String,
    /// The first is the root's type.
    pub node_types: Vec<NodeTypeSchema>,
}

/// A node type of a template.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NodeTypeSchema {
    /// What `blueprint_type_id` takes.
    pub id: String,
    /// For people.
    pub name: String,
    /// For people.
    pub description: String,
    /// Types that belong below it.
    pub allowed_children: Vec<String>,
    /// Whether clients offer a time log.
    pub has_time_log: bool,
    /// An icon that clients know.
    #[schema(required = true)]
    pub icon_id: Option<String>,
    /// In the order in which clients show them.
    pub properties: Vec<PropertySchema>,
}

/// A property of a node type.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PropertySchema {
    /// What `property_id` takes.
    pub id: String,
    /// For people.
    pub name: String,
    /// `text`, `number`, `currency`, `boolean`, `date` or `select`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether clients insist on a value.
    pub required: bool,
    /// Null unless it is a select.
    #[schema(required = true)]
    pub options: Option<Vec<OptionSchema>>,
    /// The set that the options' indicators belong to.
    #[schema(required = true)]
    pub indicator_set: Option<String>,
}

/// One choice of a select.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OptionSchema {
    /// What the property holds.
    pub id: String,
    /// The same value.
    pub uuid: String,
    /// For people.
    pub name: String,
    /// The indicator that clients show for it.
    #[schema(required = true)]
    pub indicator_id: Option<String>,
    /// A character that clients draw for that indicator.
    #[schema(required = true)]
    pub bullet: Option<String>,
}
